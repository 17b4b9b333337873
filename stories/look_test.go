package stories

import "strings"

func init() {
	// create ana incidents: a person makes a public channel.
	acts["create"] = func(w *world, _ string, args []string) bool {
		_, err := w.sim.CreateChannel(args[0], args[1], false)
		return err == nil || w.fail("%v", err)
	}
	// named #inc-1 kasse: a channel's name begins so by now.
	checks["named"] = func(w *world, _ string, args []string) bool {
		return w.eventually(func() bool {
			id, _ := w.place(args[0])
			c, ok := w.sim.Channel(id)
			return ok && strings.HasPrefix(c.Name, args[1])
		})
	}
}
