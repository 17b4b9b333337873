//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package localpg

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"os/exec"
	osuser "os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// socketPathLimit keeps a socket's path within sockaddr_un: 108 bytes on
// Linux, 104 on BSD and macOS, the final NUL included.
const socketPathLimit = 103

// home is the directory "postgres" below the state directory, and whose it is.
type home struct {
	dir string
	// account runs PostgreSQL, which refuses to run as root. Nil: whoever we are.
	account *syscall.Credential
}

// claim makes the home below state (DefaultDir when empty), owned by the user that will run PostgreSQL.
func claim(state string) (home, error) {
	var err error
	if state == "" {
		if state, err = DefaultDir(); err != nil {
			return home{}, err
		}
	}
	if state, err = filepath.Abs(state); err != nil {
		return home{}, fmt.Errorf("find the directory for PostgreSQL: %w", err)
	}
	h := home{dir: filepath.Join(state, "postgres")}
	if h.account, err = accountFor(h.dir); err != nil {
		return home{}, err
	}
	if err := makeState(state, h.account != nil); err != nil {
		return home{}, err
	}
	return h, h.private(h.dir)
}

// makeState makes the state directory. Root's must let another user pass, whatever the umask.
func makeState(state string, root bool) error {
	if _, err := os.Stat(state); err == nil {
		return nil
	}
	if err := os.MkdirAll(state, 0o755); err != nil {
		return fmt.Errorf("make the directory for PostgreSQL: %w", err)
	}
	if root {
		if err := os.Chmod(state, 0o755); err != nil {
			return fmt.Errorf("make the directory for PostgreSQL: %w", err)
		}
	}
	return nil
}

// accountFor picks the user for root to drop to: the owner of an existing home, else postgres, else nobody.
func accountFor(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	if uid, gid, ok := owner(dir); ok && uid != 0 {
		return &syscall.Credential{Uid: uid, Gid: gid}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := osuser.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
		if uidErr == nil && gidErr == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it: start mayday as another user")
}

// owner of a path that exists and is not a symbolic link.
func owner(path string) (uid, gid uint32, ok bool) {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSymlink != 0 {
		return 0, 0, false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return stat.Uid, stat.Gid, true
}

// private makes a directory that only its owner can enter. One that is there
// already must be ours: in /tmp somebody else may have been first.
func (h home) private(dir string) error {
	if err := os.Mkdir(dir, 0o700); err == nil {
		return h.own(dir)
	} else if !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the directory for PostgreSQL: %w", err)
	}
	want := uint32(os.Geteuid())
	if h.account != nil {
		want = h.account.Uid
	}
	uid, _, ok := owner(dir)
	if ok && uid != want && uid == uint32(os.Geteuid()) {
		uid = want // root was killed between Mkdir and own
		if err := h.own(dir); err != nil {
			return err
		}
	}
	if !ok || uid != want {
		return fmt.Errorf("%s is not a directory of user %d: choose another directory for mayday's state", dir, want)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return fmt.Errorf("close the directory of PostgreSQL: %w", err)
	}
	return nil
}

// own gives a tree to the user that runs PostgreSQL.
func (h home) own(tree string) error {
	if h.account == nil {
		return nil
	}
	return filepath.WalkDir(tree, func(path string, _ fs.DirEntry, err error) error {
		if err == nil {
			err = os.Lchown(path, int(h.account.Uid), int(h.account.Gid))
		}
		if err != nil {
			return fmt.Errorf("hand the directory to PostgreSQL's user: %w", err)
		}
		return nil
	})
}

// lock takes the home for this process until it calls release or dies.
func (h home) lock() (release func() error, err error) {
	f, err := os.OpenFile(filepath.Join(h.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the directory of PostgreSQL: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(fmt.Errorf("%w on %s", ErrRunning, h.dir), f.Close())
	}
	if err == nil {
		err = h.own(f.Name())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock the directory of PostgreSQL: %w", err), f.Close())
	}
	return sync.OnceValue(func() error {
		// unlocked by hand: a child that is being forked just now has the file open, too
		return errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
	}), nil
}

// socketDir makes the directory of the socket: in the home, or in /tmp when that path is too long for a socket.
func (h home) socketDir() (string, error) {
	dir := filepath.Join(h.dir, "s")
	if len(filepath.Join(dir, ".s.PGSQL."+port)) > socketPathLimit {
		sum := fnv.New64a()
		sum.Write([]byte(h.dir)) // a hash.Hash never fails
		dir = fmt.Sprintf("/tmp/mayday-%d-%x", os.Geteuid(), sum.Sum64())
	}
	return dir, h.private(dir)
}

// command prepares one of PostgreSQL's programs: as its user, in the home, away from our terminal's ^C.
func (h home) command(bin programs, name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(bin.dir, name), args...)
	c.Dir = h.dir
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + h.dir, "LC_ALL=C", "TZ=UTC"}
	c.SysProcAttr = attributes(h.account)
	return c
}

// explain adds what to do when the dropped-to user may not enter the directory.
func (h home) explain(err error) error {
	if h.account != nil && errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w\n  as root, mayday runs PostgreSQL as user %d, which cannot enter %s: choose another directory",
			err, h.account.Uid, h.dir)
	}
	return err
}

// postmaster is the process id of the server that runs on data, 0 when there is none.
func postmaster(data string) int {
	b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 0 {
		return 0
	}
	// after a crash the number may belong to anybody
	if !strings.Contains(commandLine(pid), data) {
		return 0
	}
	return pid
}

// runProgram runs a short-lived program to its end and returns what it printed.
func runProgram(ctx context.Context, c *exec.Cmd) (string, error) {
	var out strings.Builder
	p, err := launch(c, &out)
	if err != nil {
		return "", err
	}
	select {
	case <-p.exited:
		return out.String(), p.err
	case <-ctx.Done():
		return "", errors.Join(context.Cause(ctx), p.stop(context.WithoutCancel(ctx)))
	}
}
