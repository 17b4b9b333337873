package localpg

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

const (
	// mavenCentral is where the zonky builds of PostgreSQL are published, with their SHA-256.
	mavenCentral = "https://repo1.maven.org/maven2"
	fetchVersion = embeddedpostgres.V17
	// fetchedDir below the server's directory holds bin, lib and share of the download.
	fetchedDir = "programs"
	// fetchWork below it is where a download is at work.
	fetchWork = "programs.fetch"
	// fetchLimit bounds the whole download.
	fetchLimit = 4 * time.Minute
)

// fetch downloads PostgreSQL's programs from a Maven repository and unpacks
// them to dir/programs, owned by own, whole or not at all.
//
// The library has no call for that alone. Its Start fetches, unpacks and then
// starts a server; here the start is led to fail (a data directory with nothing
// in it but the right version), because all that is wanted is the programs, and
// because as root it could never succeed.
func fetch(ctx context.Context, dir, repository string, own func(tree string) error) error {
	ctx, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	// what a failed attempt left; it could not be removed while the library might still write there
	if err := os.RemoveAll(filepath.Join(dir, fetchWork)); err != nil {
		return fmt.Errorf("clear an interrupted download: %w", err)
	}
	work := filepath.Join(dir, fetchWork)
	noData, unpacked := filepath.Join(work, "none"), filepath.Join(work, "unpacked")
	if err := writeVersionOnly(noData); err != nil {
		return err
	}
	unused, err := freePort()
	if err != nil {
		return err
	}
	library := embeddedpostgres.NewDatabase(embeddedpostgres.DefaultConfig().
		Version(fetchVersion).BinaryRepositoryURL(repository).Port(unused).Logger(io.Discard).
		CachePath(filepath.Join(work, "archive")).RuntimePath(filepath.Join(work, "runtime")).
		DataPath(noData).BinariesPath(unpacked))
	done := make(chan error, 1)
	go func() { done <- library.Start() }() // it takes no context: left behind when time is up
	select {
	case err = <-done:
	case <-ctx.Done():
		return fmt.Errorf("download from %s: %w", repository, ctx.Err())
	}
	if version(ctx, filepath.Join(unpacked, "bin")) == 0 {
		return fmt.Errorf("download from %s: %w", repository, err)
	}
	if err := own(unpacked); err != nil {
		return err
	}
	whole := filepath.Join(dir, fetchedDir)
	if err := os.RemoveAll(whole); err != nil { // programs that do not run here, or we would not be downloading
		return fmt.Errorf("clear an earlier download: %w", err)
	}
	if err := os.Rename(unpacked, whole); err != nil {
		return fmt.Errorf("keep the download: %w", err)
	}
	return os.RemoveAll(work)
}

// writeVersionOnly makes what the library takes for data of the right version and PostgreSQL does not.
func writeVersionOnly(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("prepare the download: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "PG_VERSION"), []byte(fetchVersion), 0o600); err != nil {
		return fmt.Errorf("prepare the download: %w", err)
	}
	return nil
}

// freePort finds a TCP port on which the library sees nobody listening.
func freePort() (uint32, error) {
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return 0, fmt.Errorf("prepare the download: %w", err)
	}
	defer l.Close()
	return uint32(l.Addr().(*net.TCPAddr).Port), nil
}
