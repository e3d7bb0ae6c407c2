package dev.keywright.expert.design;

/** One line of a redis.conf and its reason. */
public record Directive(String directive, String value, String why) {}
