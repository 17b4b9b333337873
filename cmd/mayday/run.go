package main

import (
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/term"

	"mayday/cmd/mayday/program"
)

func runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Run the bot against Slack; settings come from the environment",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := settings(true)
			if err != nil {
				return err
			}
			log := logger(cfg)
			defer func() { _ = log.Sync() }()
			log.Info("mayday starts", zap.String("version", version))
			go program.GiveBack(c.Context())
			err = program.Run(c.Context(), cfg, program.Options{Log: log, Ready: func(p *program.Program) {
				log.Info("mayday is connected and ready", zap.String("health", "http://"+p.HTTPAddr+"/readyz"))
			}})
			if program.Unusable(err) {
				return unusable{err}
			}
			if err == nil {
				log.Info("mayday stopped")
			}
			return err
		},
	}
}

// settings reads the environment; all that is wrong is reported at once.
func settings(slack bool) (program.Config, error) {
	cfg, problems := program.FromEnv(os.Getenv, slack, program.Names(os.Environ())...)
	if len(problems) == 0 {
		return cfg, nil
	}
	lines := make([]string, 0, len(problems)+1)
	lines = append(lines, "the settings cannot be used:")
	for _, p := range problems {
		lines = append(lines, "  "+p.String())
	}
	return cfg, unusable{errors.New(strings.Join(lines, "\n"))}
}

// logger writes JSON for machines and plain lines for a terminal.
func logger(cfg program.Config) *zap.Logger {
	level, err := zapcore.ParseLevel(cfg.LogLevel)
	if err != nil {
		level = zapcore.InfoLevel
	}
	format := cfg.LogFormat
	if format == "" {
		format = "json"
		if term.IsTerminal(int(os.Stderr.Fd())) {
			format = "console"
		}
	}
	ec := zap.NewProductionEncoderConfig()
	ec.EncodeTime = zapcore.RFC3339TimeEncoder
	ec.TimeKey = "time"
	enc := zapcore.NewJSONEncoder(ec)
	if format == "console" {
		ec.EncodeLevel = zapcore.CapitalLevelEncoder
		enc = zapcore.NewConsoleEncoder(ec)
	}
	return zap.New(zapcore.NewCore(enc, zapcore.Lock(os.Stderr), level))
}
