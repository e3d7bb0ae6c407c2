package dev.keywright.expert.design;

/** Why something was decided, and the id of the rule that decided it. */
public record Reason(String rule, String text) {}
