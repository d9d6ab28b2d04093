package main

import (
	"slices"
	"strings"
)

// intents is the enumeration of what a bot may ask for.
const intents = "GatewayIntents"

// valueSentence says what a value of an enumeration means, or nothing.
func (m *model) valueSentence(e *goEnum, v goValue) string {
	summary := m.optionalSummary(e.Name + "." + v.Name)
	if e.Name == intents {
		if events := m.eventsOf(v.Name); len(events) > 0 {
			asks := "asks for " + enumerate(events)
			if summary == "" {
				summary = asks
			} else {
				summary += ", and " + asks
			}
		}
	}
	if v.Alias != "" && summary != "" {
		summary += ". It is also called " + v.Alias
	}
	if summary == "" {
		return ""
	}
	return v.constant + " " + strings.TrimSuffix(summary, ".") + "."
}

// eventsOf returns the events that an intent asks for.
func (m *model) eventsOf(intent string) []string {
	var names []string
	for _, event := range m.Events {
		if slices.Contains(event.Intents, intent) {
			names = append(names, event.Name)
		}
	}
	return names
}
