package program

import (
	"context"

	"mayday/postmortem"
)

func (k *checker) gitHub() {
	if k.c.GitHub.Repository == "" {
		k.say(Warned, "GitHub", "GITHUB_REPOSITORY is not set: post-mortems are posted as files in the channel", "")
		return
	}
	gh, err := postmortem.NewGitHub(k.c.GitHub)
	if err != nil {
		return // the settings' own problems are printed already
	}
	ctx, cancel := k.limit()
	defer cancel()
	problems := gh.Check(ctx)
	for _, p := range problems {
		state := Failed
		if p.Optional {
			state = Warned
		}
		k.say(state, "GitHub", p.What, p.Next)
	}
	if len(problems) == 0 {
		k.say(OK, "GitHub", "issues can be filed in "+k.c.GitHub.Repository, "")
	}
	k.learning(ctx, gh)
	k.privateRepository(ctx)
}

// privateRepository makes sure that the repository for private incidents is private.
func (k *checker) privateRepository(ctx context.Context) {
	name := k.c.PrivateRepository.Repository
	if name == "" {
		return
	}
	gh, err := postmortem.NewGitHub(k.c.PrivateRepository)
	if err != nil {
		return // the settings' own problems are printed already
	}
	public, err := gh.Public(ctx)
	switch {
	case err != nil:
		k.say(Failed, "private incidents", err.Error(), "")
	case public:
		k.say(Failed, "private incidents", name+" can be read by everybody: post-mortems of private incidents stay in their channels", "make it private, or set MAYDAY_PRIVATE_REPOSITORY to another one")
	default:
		k.say(OK, "private incidents", "post-mortems can be filed in "+name, "")
	}
}

// learning looks whether edits of the runbook can be proposed, where that is wanted.
func (k *checker) learning(ctx context.Context, gh *postmortem.GitHub) {
	path := k.c.RunbookGitHubPath
	if path == "" {
		return
	}
	problems := gh.CheckRunbook(ctx, path)
	for _, p := range problems {
		k.say(Failed, "runbook on GitHub", p.What, p.Next)
	}
	if len(problems) == 0 {
		k.say(OK, "runbook on GitHub", "edits of "+path+" can be proposed", "")
	}
}
