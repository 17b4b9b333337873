package blocks

import (
	"fmt"

	"mayday/playbooks"
)

// Checklist shows a checklist, each line with its links.
func Checklist(c playbooks.Checklist) Message {
	name := line(c.Name, 80) + " checklist"
	var lines []string
	for _, item := range c.Items {
		l := "▫ " + line(item.Text, maxNote)
		for i, to := range item.Links {
			if i < 3 {
				l += " · " + link(to.URL, to.Name)
			}
		}
		if item.Query != nil {
			l += " · query " + code(item.Query.Name)
		}
		lines = append(lines, l)
	}
	text := fmt.Sprintf("%s: %s.", name, count(len(c.Items), "item"))
	return reply(text, paragraphs(append([]string{"*" + name + "*"}, lines...))...)
}
