package reading

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTitles(t *testing.T) {
	english := []*lexicon{lexiconOf("en")}
	for heading, want := range map[string]string{
		"1. Site down (P0)":                            "Site down",
		"3.2 🔥 Disk full":                              "Disk full",
		"A) Errors":                                    "Errors",
		"2️⃣ Triage (T+0 to T+10min)":                  "Triage",
		"Containment (up to 20 minutes)":               "Containment",
		"Step 2: Drain the node":                       "Drain the node",
		"Scenario 4 - Payments fail":                   "Payments fail",
		"Alert: HighLatency":                           "HighLatency",
		"[SEV-1] Checkout is broken":                   "Checkout is broken",
		"Checkout is broken - P1/P2":                   "Checkout is broken",
		"“Too many connections”":                       "Too many connections",
		`The gate says "no ticket"`:                    `The gate says "no ticket"`,
		`"No ticket" (at the gate)`:                    `"No ticket" (at the gate)`,
		"Overview {#overview}":                         "Overview",
		"P0 - Critical":                                "P0 - Critical",
		"第3章 復旧":                                       "復旧",
		"一、故障处理":                                       "故障处理",
		"24/7 support":                                 "24/7 support",
		"3D printers are offline":                      "3D printers are offline",
		"Restore the database (see the vendor's page)": "Restore the database (see the vendor's page)",
	} {
		assert.Equal(t, want, titleOf(heading, english).shown, heading)
	}
	assert.Equal(t, []string{"P1", "P2"}, titleOf("Checkout is broken - P1/P2", english).marks)
	assert.Equal(t, "P0 - Critical", titleOf("P0 - Critical", english).level)
	assert.True(t, titleOf("Step 2: Drain the node", english).step)
	assert.True(t, titleOf("Scenario 4 - Payments fail", english).prefixed)
	assert.True(t, titleOf("KubePodCrashLooping", english).camel)
	assert.False(t, titleOf("OnlyOffice", english).camel, "a product is written so, too")
}

func TestPhasesOfTitles(t *testing.T) {
	english := []*lexicon{lexiconOf("en")}
	for heading, want := range map[string]Phase{
		"Symptoms": SignsPhase, "Detection & symptoms": SignsPhase, "Immediate actions": Immediate, "Fast triage (5-10 min)": Diagnosis, "Diagnosis matrix": Diagnosis,
		"Common causes": Issues, "Fix": Resolution, "Verify recovery": Resolution, "Prevention": PreventionPhase, "Post-incident follow-up": AfterPhase, "Minimum postmortem": AfterPhase,
		"The site is down": NoPhase, "Who we are": NoPhase,
	} {
		assert.Equal(t, want, titleOf(heading, english).phase, heading)
	}
}

func TestLanguageIsTold(t *testing.T) {
	for text, want := range map[string]string{
		"Wenn der Dienst nicht antwortet, ist die Datenbank zu prüfen.":               "de",
		"Si la tienda no responde, hay que revisar el servidor de la base.":           "es",
		"Se a loja não responder, você deve verificar o servidor e os dados da rede.": "pt",
		"Если магазин не отвечает, это сервер":                                        "ru",
		"Якщо магазин не відповідає, це сервер і його диск":                           "uk",
		"如果商店没有响应，请检查服务器。":                                                            "zh", "店が応答しないときはサーバーを確認する": "ja", "상점이 응답하지 않으면 서버를 확인합니다": "ko",
	} {
		l := languageOf([]string{text}, nil)
		if assert.NotNil(t, l, text) {
			assert.Equal(t, want, l.language, text)
		}
	}
	assert.Nil(t, languageOf([]string{"If the shop does not answer, look at the server and the disk of the database."}, nil))
}

func TestWordsAreWellWritten(t *testing.T) {
	assert.Len(t, lexicons, 13)
	for _, name := range languages {
		l := lexiconOf(name)
		classes := map[Class]bool{}
		for _, e := range l.entries[1:] {
			classes[e.class] = true
		}
		for c := range Class(len(classNames)) {
			assert.True(t, classes[c], "%s has no words of the class %s", name, c)
		}
	}
	err := emptyLexicon("xx").compile("xx", "nonsense: a, b\n", nil)
	assert.ErrorContains(t, err, "words/xx.txt:1")
	err = emptyLexicon("xx").compile("xx", " a, b\n", nil)
	assert.ErrorContains(t, err, "before the first class")
}

func TestPhrasesStayPhrases(t *testing.T) {
	l := emptyLexicon("xx")
	err := l.compile("xx", "process: response steps\nfailure: fail*, does not ... work\n", nil)
	assert.NoError(t, err)
	classes := func(s string) Classes { return classesIn(newPhrase(s, 0), []*lexicon{l}) }
	assert.True(t, classes("The response steps").has(ProcessWord))
	assert.False(t, classes("The steps").has(ProcessWord))
	assert.True(t, classes("It failed").has(Failure))
	assert.True(t, classes("It does not really work").has(Failure))
	assert.False(t, classes("It does not say that we have to work").has(Failure))
	german := []*lexicon{lexiconOf("de")}
	assert.True(t, classesIn(newPhrase("Kartenterminalausfall", 0), german).has(Failure), "words that are put together are known by their end")
}
