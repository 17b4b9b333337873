//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package localpg

import (
	"os/exec"
	"strconv"
	"syscall"
)

// attributes of a child: its own process group, and another user when account
// is set. It outlives a killed mayday; the next Start stops it.
func attributes(account *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: account}
}

// commandLine of a process, its words separated by spaces; empty when it does not exist.
func commandLine(pid int) string {
	out, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return ""
	}
	return string(out)
}
