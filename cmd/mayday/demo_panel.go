package main

import (
	"context"
	"errors"
	"sync"

	"mayday/cmd/mayday/program"
	"mayday/sim/page"
	slacksim "mayday/sim/slack"
)

// errReset ends one playing of the demo, so that the next begins from nothing.
var errReset = errors.New("the demo is reset")

var errNotReady = errors.New("mayday is starting: try again in a moment")

// panel is what the page offers beside the workspace: stories, speed, reset.
type panel struct {
	sim   *slacksim.Sim
	shop  *shop
	reset func()

	mu      sync.Mutex
	speed   float64
	program *program.Program // nil until it is connected
}

// ready gives the panel the program that it looks into.
func (p *panel) ready(prog *program.Program) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.program = prog
}

// controls are offered by the page. A person's own database is not emptied, so that there is no reset with one.
func (p *panel) controls(ownData bool) page.Controls {
	c := page.Controls{Stories: p.stories, Speed: p.currentSpeed, SetSpeed: p.setSpeed, Alerts: demoAlerts(), MakeAlert: p.makeAlert}
	if ownData {
		c.Reset = func() error { p.reset(); return nil }
	}
	return c
}

func (p *panel) running() *program.Program {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.program
}

func (p *panel) stories(ctx context.Context) []page.Story {
	if prog := p.running(); prog != nil {
		return look(ctx, p.sim, prog.Store, p.shop).stories()
	}
	return nil // the page says that it is starting
}

func (p *panel) currentSpeed() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.speed
}

func (p *panel) setSpeed(speed float64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.program == nil {
		return errNotReady
	}
	p.program.SetSpeed(speed)
	p.speed = speed
	return nil
}
