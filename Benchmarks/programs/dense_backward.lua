local rounds = tonumber(arg[1])
local function numbers(n)
  local t = {}
  for i = 0, n - 1 do t[i] = (i * 7 % 13) / 13 - 0.5 end
  return t
end
local function zeros(n)
  local t = {}
  for i = 0, n - 1 do t[i] = 0.0 end
  return t
end
local function backward(x, w, dy)
  local dw, db, dx = zeros(800), zeros(20), zeros(640)
  for n = 0, 15 do
    for o = 0, 19 do
      local g = dy[n * 20 + o]
      db[o] = db[o] + g
      for i = 0, 39 do
        dw[i * 20 + o] = dw[i * 20 + o] + x[n * 40 + i] * g
        dx[n * 40 + i] = dx[n * 40 + i] + w[i * 20 + o] * g
      end
    end
  end
  return dw
end
local x, w, dy = numbers(640), numbers(800), numbers(320)
for round = 1, rounds do backward(x, w, dy) end
