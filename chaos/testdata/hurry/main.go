// Command hurry is mayday run by a team whose days pass in seconds, so that a test sees the rounds of many days.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"go.uber.org/zap"

	"mayday/cmd/mayday/program"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	speed, err := strconv.ParseFloat(os.Getenv("HURRY"), 64)
	cfg, problems := program.FromEnv(os.Getenv, true)
	if err != nil || len(problems) > 0 {
		fmt.Fprintln(os.Stderr, "hurry: the settings cannot be used:", err, problems)
		os.Exit(2)
	}
	log, err := zap.NewProduction()
	if err != nil {
		fmt.Fprintln(os.Stderr, "hurry:", err)
		os.Exit(1)
	}
	err = program.Run(ctx, cfg, program.Options{Log: log, Speed: speed, Morning: true, Ready: func(p *program.Program) {
		log.Info("mayday is connected and ready", zap.String("health", "http://"+p.HTTPAddr+"/readyz"))
	}})
	if err != nil {
		fmt.Fprintln(os.Stderr, "hurry:", err)
		os.Exit(1)
	}
}
