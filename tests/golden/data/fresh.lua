-- A hook.
return {}
