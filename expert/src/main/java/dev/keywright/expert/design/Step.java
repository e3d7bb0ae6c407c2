package dev.keywright.expert.design;

import java.util.Optional;

/** One step of a task on a server. */
public record Step(String title, Optional<String> command, Optional<String> note) {}
