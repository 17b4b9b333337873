package page

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Controls are what a demo offers beside the workspace. What is nil is not offered.
type Controls struct {
	// Stories are those of the first screen, as they stand now. They are asked for at every change, so they look and do not act.
	Stories func(context.Context) []Story
	// Speed is how many times faster the demo's clocks run, and SetSpeed changes it; one of Speeds.
	Speed    func() float64
	SetSpeed func(float64) error
	// Alerts are what MakeAlert may be asked for: senders' posts, as a monitor would post them.
	Alerts    []Alert
	MakeAlert func(ctx context.Context, name string) error
	// Reset makes everything as it was at the first start. It returns at once, and the page goes and comes back.
	Reset func() error
}

// Speeds are the choices of the speed switch.
var Speeds = []float64{1, 10, 60}

// Alert is a sample that a button posts. Name tells it from the others, Label stands on the button.
type Alert struct{ Name, Label string }

// Story is a short list of things to do, for a newcomer to click through.
type Story struct {
	Title string
	About string // one sentence
	Steps []Step
}

// Step is one thing to do, and the button that does it or shows where it is done.
type Step struct {
	Text string // what to do and what happens then
	Done bool   // as the world stands
	// Button is the label; empty while it is too early for one.
	Button string
	// As is the handle of the person whom the visitor becomes by the button; empty changes nothing.
	As string
	// Place is where the button leads: a channel's id, or an address of the page without "#/". Empty stays.
	Place string
	// Look has the step done once somebody looked at Place in this browser.
	Look bool
	// Type is a message or a command that the button types in Place, which is a channel's id.
	Type string
	// Shortcut is the callback id of a message shortcut that the button runs on the message Message of Place.
	Shortcut, Message string
	// Site is an address below "test" that the button opens in a tab of its own.
	Site string
}

// The shapes of the page; see state.go.

type shownStory struct {
	Title string      `json:"title"`
	About string      `json:"about"`
	Steps []shownStep `json:"steps"`
}

type shownStep struct {
	Text     string `json:"text"`
	Done     bool   `json:"done"`
	Button   string `json:"button,omitempty"`
	As       string `json:"as,omitempty"` // a user's id
	Place    string `json:"place,omitempty"`
	Look     bool   `json:"look,omitempty"`
	Type     string `json:"type,omitempty"`
	Shortcut string `json:"shortcut,omitempty"`
	Message  string `json:"message,omitempty"`
	Site     string `json:"site,omitempty"`
}

type shownAlert struct {
	Name  string `json:"name"`
	Label string `json:"label"`
}

type shownControls struct {
	Stories []shownStory `json:"stories"`
	Speeds  []float64    `json:"speeds"` // empty: no switch
	Speed   float64      `json:"speed,omitempty"`
	Alerts  []shownAlert `json:"alerts"` // empty: no buttons
	Reset   bool         `json:"reset"`
}

func (p *Page) controls(ctx context.Context) shownControls {
	c := p.o.Controls
	o := shownControls{Stories: []shownStory{}, Speeds: []float64{}, Alerts: []shownAlert{}, Reset: c.Reset != nil}
	for _, a := range c.Alerts {
		o.Alerts = append(o.Alerts, shownAlert(a))
	}
	if c.Speed != nil && c.SetSpeed != nil {
		o.Speed, o.Speeds = c.Speed(), Speeds
	}
	if c.Stories == nil {
		return o
	}
	for _, s := range c.Stories(ctx) {
		story := shownStory{Title: s.Title, About: s.About, Steps: []shownStep{}}
		for _, step := range s.Steps {
			show := shownStep(step)
			if u, ok := p.slack.UserByName(step.As); ok {
				show.As = u.ID
			}
			story.Steps = append(story.Steps, show)
		}
		o.Stories = append(o.Stories, story)
	}
	return o
}

// setSpeed turns the switch.
func (p *Page) setSpeed(q request) error {
	if p.o.Controls.SetSpeed == nil || !slices.Contains(Speeds, q.Speed) {
		return errors.New("the clocks cannot run at that speed here")
	}
	if err := p.o.Controls.SetSpeed(q.Speed); err != nil {
		return err
	}
	return nil
}

// makeAlert has a sample posted.
func (p *Page) makeAlert(q request) error {
	c := p.o.Controls
	if c.MakeAlert == nil || !slices.ContainsFunc(c.Alerts, func(a Alert) bool { return a.Name == q.Name }) {
		return errors.New("no such alert can be made here")
	}
	ctx, cancel := context.WithTimeout(context.Background(), alertWithin)
	defer cancel()
	return c.MakeAlert(ctx, q.Name)
}

// alertWithin is how long a sample may take to be posted.
const alertWithin = 10 * time.Second

func (p *Page) reset(request) error {
	if p.o.Controls.Reset == nil {
		return errors.New("nothing can be reset here")
	}
	return p.o.Controls.Reset()
}
