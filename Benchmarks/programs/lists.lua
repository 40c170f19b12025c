local rounds = tonumber(arg[1])
local function total(n)
  local xs = {}
  for i = 0, n - 1 do xs[#xs + 1] = i end
  local s = 0
  for i = 1, #xs do s = s + xs[i] end
  return s
end
for round = 1, rounds do total(100000) end
