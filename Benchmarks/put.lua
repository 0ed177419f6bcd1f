-- PUT of 1 MiB to a few names, for put.py.
local body = string.rep("0123456789abcdef", 65536)
local requests = {}
local count = 0

init = function()
  for name = 1, 8 do
    requests[name] = wrk.format("PUT", "/put-" .. name, nil, body)
  end
end

request = function()
  count = count + 1
  return requests[count % 8 + 1]
end

done = function(summary)
  local errors = summary.errors
  print(string.format("COUNTED requests=%d microseconds=%d bytes=%d broken=%d ",
    summary.requests, summary.duration, summary.bytes,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
