-- The same on flat tables, for Lua and LuaJIT.
local rounds = tonumber(arg[1])
local x, w = {}, {}
for i = 0, 4095 do x[i] = (i * 7 % 13) / 13 - 0.5 end
for i = 0, 24 do w[i] = (i * 5 % 11) / 11 - 0.5 end
local function convolve(x, w)
  local z = {}
  for i = 0, 59 do
    for j = 0, 59 do
      local s = 0.0
      for k = 0, 4 do
        for l = 0, 4 do s = s + w[k * 5 + l] * x[(i + k) * 64 + j + l] end
      end
      z[i * 60 + j] = s
    end
  end
  return z
end
for round = 1, rounds do convolve(x, w) end
