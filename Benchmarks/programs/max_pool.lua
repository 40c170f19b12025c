local rounds = tonumber(arg[1])
local x = {}
for i = 0, 4095 do x[i] = (i * 7 % 13) / 13 - 0.5 end
local function pool(x)
  local z = {}
  for i = 0, 31 do
    for j = 0, 31 do
      local best = x[2 * i * 64 + 2 * j]
      for k = 0, 1 do
        for l = 0, 1 do
          local value = x[(2 * i + k) * 64 + 2 * j + l]
          if value > best then best = value end
        end
      end
      z[i * 32 + j] = best
    end
  end
  return z
end
for round = 1, rounds do pool(x) end
