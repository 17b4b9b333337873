//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package localpg

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// How long a server may take to obey each signal. A fast shutdown writes out
// at most 16 MB of buffers; an immediate one writes nothing.
const (
	fastLimit      = 10 * time.Second
	immediateLimit = 5 * time.Second
)

// process is a child. err is set before exited is closed.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
	err    error
}

// launch starts c with its output going to out. The child's fate is tied to the thread that started
// it (PR_SET_PDEATHSIG, see prctl(2)), so that thread is kept until the child has ended.
func launch(c *exec.Cmd, out io.Writer) (*process, error) {
	c.Stdout, c.Stderr = out, out
	p := &process{cmd: c, exited: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.Start()
		started <- err
		if err == nil {
			p.err = c.Wait()
			close(p.exited)
		}
	}()
	return p, <-started
}

// stop ends the process: fast, then immediate (PostgreSQL recovers from that), then by force.
// The end of ctx only cuts the first wait short. Nil once the process is gone.
func (p *process) stop(ctx context.Context) error {
	if p.signal(ctx, syscall.SIGINT, fastLimit) {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	if p.signal(ctx, syscall.SIGQUIT, immediateLimit) || p.signal(ctx, syscall.SIGKILL, immediateLimit) {
		return nil
	}
	return errors.New("PostgreSQL did not stop")
}

// signal sends sig and tells whether the process ended within limit.
func (p *process) signal(ctx context.Context, sig syscall.Signal, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_ = p.cmd.Process.Signal(sig) // fails only when the process is gone already
	select {
	case <-p.exited:
		return true
	case <-ctx.Done():
		return false
	}
}
