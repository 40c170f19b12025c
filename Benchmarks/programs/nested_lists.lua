local function product(a, b, n)
    local c = {}
    for i = 1, n do
        c[i] = {}
        for j = 1, n do
            local sum = 0.0
            for k = 1, n do sum = sum + a[i][k] * b[k][j] end
            c[i][j] = sum
        end
    end
    return c
end
local a = {}
for i = 1, 40 do
    a[i] = {}
    for j = 1, 40 do a[i][j] = 0.5 * (i - 1) + j - 1 end
end
for _ = 1, tonumber(arg[1]) do product(a, a, 40) end
