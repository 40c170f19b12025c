local function sieve(n)
    local is_prime = {}
    for i = 0, n - 1 do is_prime[i] = true end
    local count = 0
    for i = 2, n - 1 do
        if is_prime[i] then
            count = count + 1
            for j = i * i, n - 1, i do is_prime[j] = false end
        end
    end
    return count
end
for _ = 1, tonumber(arg[1]) do sieve(20000) end
