local rounds = tonumber(arg[1])
local function total(n)
  local s = 0.0
  for i = 1, n do s = s + 0.5 end
  return s
end
for round = 1, rounds do total(100000) end
