package alerts

import (
	"mayday/incident"
)

// cloudWatch is an alarm of Amazon CloudWatch, or any other text, that comes by Amazon SNS.
// Source: docs.aws.amazon.com, "Amazon SNS: HTTP/HTTPS notification JSON format" and "CloudWatch: Acting on alarm changes".
var cloudWatch = dialect{
	name: "cloudwatch",
	fits: func(p Post, top object) bool { return IsSNS(p) && top.has("Type", "TopicArn") },
	read: func(p Post, top object) (Reading, error) {
		switch top.text("Type") {
		case "SubscriptionConfirmation":
			return Reading{Confirm: top.text("SubscribeURL")}, nil
		case "Notification":
			return one(cloudWatchAlarm(top)), nil
		}
		return Reading{}, nil // the end of a subscription
	},
}

// IsSNS reports whether a post says that it comes from Amazon SNS, and is to be proven as such.
func IsSNS(p Post) bool { return p.Header["x-amz-sns-message-type"] != "" }

func cloudWatchAlarm(top object) incident.Report {
	in, err := objectOf([]byte(top.text("Message")))
	if err != nil || in.text("AlarmName") == "" {
		title := first(top.text("Subject"), top.text("Message"))
		return incident.Report{Key: digest(top.text("TopicArn"), title), State: incident.Firing, Title: title, Text: top.text("Message"), At: moment(top.text("Timestamp")), Labels: map[string]string{"client": "Amazon SNS", "topic": top.text("TopicArn")}}
	}
	r := incident.Report{
		Key: first(in.text("AlarmArn"), in.text("AlarmName")), Title: in.text("AlarmName"), Text: first(in.text("AlarmDescription"), in.text("NewStateReason")), At: moment(in.text("StateChangeTime")),
		Labels: map[string]string{"client": "CloudWatch", "region": in.text("Region"), "alertname": in.text("AlarmName"), "class": in.object("Trigger").text("MetricName")},
	}
	switch in.text("NewStateValue") {
	case "OK":
		r.State = incident.Quiet
	case "ALARM":
		r.State = incident.Firing
	default: // INSUFFICIENT_DATA says neither
		r.State = incident.Noticed
	}
	return r
}
