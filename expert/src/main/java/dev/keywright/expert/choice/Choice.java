package dev.keywright.expert.choice;

import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.MemoryEstimate;
import dev.keywright.expert.evidence.Evidence;
import java.util.List;

/** The one design, decided. {@code memory} is the design's estimate, corrected by what was measured. */
public record Choice(Design design, Evidence evidence, List<Chosen> needs, MemoryEstimate memory) {}
