package dev.keywright.expert.artifact;

/** One file of an answer: its path below the output folder, with {@code /}, and its text. */
public record Artifact(String path, String text) {}
