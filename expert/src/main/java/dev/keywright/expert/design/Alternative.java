package dev.keywright.expert.design;

/** Another way to meet a need and why it was not taken. */
public record Alternative(String pattern, String structure, String whyNot) {}
