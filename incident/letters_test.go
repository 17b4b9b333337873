package incident

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestNamesInEveryScript: what a channel is called can be read by whoever wrote the title.
func TestNamesInEveryScript(t *testing.T) {
	for words, want := range map[string]string{
		"Überlastung der Datenbank": "ueberlastung-der-datenbank",
		"U\u0308berlastung":         "ueberlastung", // as some systems write it: letter and dots apart
		"Größe ≠ Maß":               "groesse-mass",
		"Société à l'arrêt":         "societe-a-l-arret",
		"Przeciążenie łącza":        "przeciazenie-lacza",
		"Smørrebrød på Åland":       "smoerrebroed-pa-aland",
		"Sự cố hệ thống":            "su-co-he-thong",
		"Сайт не отвечает":          "sayt-ne-otvechaet",
		"Щука съела Ёжика":          "shchuka-sela-ezhika",
		"Η βάση έπεσε":              "i-vasi-epese",
		"site-down":                 "site-down",
		"数据库故障":                     "",
		"数据库 DB 故障":                 "db",
	} {
		assert.Equal(t, want, Slug(words), words)
	}
}

func TestAChannelInAnotherScriptHasTheScenariosName(t *testing.T) {
	inc := Incident{ID: 7, Severity: "P0", Title: "数据库故障", Walks: []Walk{{Playbook: Playbook{Slug: "database-down"}}}}
	assert.Equal(t, "inc-7-p0-database-down", inc.NameForChannel())
	inc.Walks[0].Playbook.Slug = "überlastung"
	assert.Equal(t, "inc-7-p0-ueberlastung", inc.NameForChannel())
	// A scenario whose name has no letters that Slack takes leaves it to the title, and that to the number.
	inc.Walks[0].Playbook.Slug, inc.Title = "数据库", "DB故障"
	assert.Equal(t, "inc-7-p0-db", inc.NameForChannel())
	inc.Title = "故障"
	assert.Equal(t, "inc-7-p0", inc.NameForChannel())
}
