package dev.keywright.expert.choice;

import dev.keywright.expert.design.Alternative;
import dev.keywright.expert.design.NeedDesign;
import dev.keywright.expert.design.Reason;
import dev.keywright.expert.evidence.Measurement;
import java.util.List;
import java.util.Optional;

/** One need with its design, the reasons weighed, what was measured for it and for those that lost. */
public record Chosen(NeedDesign design, List<Reason> why, Optional<Measurement> measured, List<Lost> lost) {

    /** A design that was not taken, and its figures where it was measured. */
    public record Lost(Alternative alternative, Optional<Measurement> measured) {}
}
