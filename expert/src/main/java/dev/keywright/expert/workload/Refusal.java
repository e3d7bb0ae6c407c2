package dev.keywright.expert.workload;

/** Why a task is not answered, and where to turn instead. */
public record Refusal(String reason, String pointer) {}
