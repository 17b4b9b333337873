package localpg

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// attributes of a child: its own process group, another user when account is
// set, and an end (a fast shutdown) when we die in whatever way.
func attributes(account *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: account, Pdeathsig: syscall.SIGINT}
}

// commandLine of a process, its words separated by spaces; empty when it does not exist.
func commandLine(pid int) string {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(string(b), "\x00", " ")
}
