package alerts

import "time"

// Change is something that was changed, such as a deploy. It notifies nobody: it stands
// beside an alert that begins soon after.
type Change struct {
	// Title is what was done, as its sender says; Where the service or host, By who did it. The last two may be empty.
	Title, Where, By string
	// At is when, by the sender's clock; zero when it does not say.
	At   time.Time
	Link string
	// Labels are further facts: "environment", "repository", "revision".
	Labels map[string]string
}
