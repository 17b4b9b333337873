package blocks

import (
	"unicode/utf8"

	"github.com/slack-go/slack"

	"mayday/incident"
)

func modal(callback, title, submit, metadata string, blocks ...slack.Block) slack.ModalViewRequest {
	if utf8.RuneCountInString(metadata) > maxMetadata {
		metadata = ""
	}
	v := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callback, PrivateMetadata: metadata,
		Title: plain(title, maxModalTitle), Submit: plain(submit, maxModalTitle), Close: plain("Go back", maxModalTitle),
	}
	for _, b := range blocks {
		if b != nil {
			v.Blocks.BlockSet = append(v.Blocks.BlockSet, b)
		}
	}
	return v
}

// input is one field; its block id and action id are the same word.
func input(field, words, hint string, optional bool, element slack.BlockElement) slack.Block {
	b := slack.NewInputBlock(field, plain(words, maxLabel), nil, element).WithOptional(optional)
	if hint != "" {
		b.Hint = plain(hint, maxLabel)
	}
	return b
}

// choice is an optional menu; nil without options.
func choice(field, words, hint string, initial *slack.OptionBlockObject, options []*slack.OptionBlockObject) slack.Block {
	if len(options) == 0 {
		return nil
	}
	m := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Choose", maxPlaceholder), field, options...)
	if initial != nil {
		m.InitialOption = initial
	}
	return input(field, words, hint, true, m)
}

func described(value, words, more string) *slack.OptionBlockObject {
	if r := []rune(value); len(r) > maxChoice {
		value = string(r[:maxChoice])
	}
	o := option(value, words)
	if more = incident.Line(more, maxOption); more != "" {
		o.Description = plain(more, maxOption)
	}
	return o
}

func oneLine(field, initial string, limit int) slack.BlockElement {
	e := slack.NewPlainTextInputBlockElement(nil, field).WithMaxLength(limit)
	if initial = incident.Line(initial, limit); initial != "" {
		e.WithInitialValue(initial)
	}
	return e
}

func paragraph(field string) slack.BlockElement {
	return slack.NewPlainTextInputBlockElement(nil, field).WithMultiline(true).WithMaxLength(incident.MaxText)
}
