-- Lua's texts cannot grow: the usual way is a table of the pieces.
local rounds = tonumber(arg[1])
local function build(n)
  local parts = {}
  for i = 0, n - 1 do parts[#parts + 1] = tostring(i) .. "," end
  return #table.concat(parts)
end
for round = 1, rounds do build(10000) end
