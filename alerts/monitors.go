package alerts

// uptimeMonitor is how runbooks call what UptimeRobot, Pingdom, Uptime Kuma and Better Stack are.
const uptimeMonitor = "uptime monitor"
