package incident

// TakeBack has what Alarm told of the event Seq say that it is so no longer, in the
// announce channel and with the lead.
type TakeBack struct {
	Ref
	Seq int `json:"seq"`
}

// Kind names the effect.
func (TakeBack) Kind() string { return "take_back" }
