package dev.keywright.expert.artifact;

import java.util.List;

/** The answer and the files that come with it; nothing is on disk yet. */
public record Output(Answer answer, List<Artifact> files) {}
