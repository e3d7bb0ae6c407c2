package dev.keywright.expert.choice;

import dev.keywright.expert.design.Alternative;
import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.MemoryEstimate;
import dev.keywright.expert.design.NeedDesign;
import dev.keywright.expert.design.Reason;
import dev.keywright.expert.evidence.Evidence;
import dev.keywright.expert.evidence.Measurement;
import dev.keywright.ops.memory.SampleCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides: fitness comes first (a layout that cannot do what is asked never wins on speed), figures second.
 * A pure function of design and evidence.
 */
public final class Judge {

    public Choice choose(Design design, Evidence evidence) {
        List<Chosen> chosen =
                design.needs().stream().map(need -> choose(need, evidence)).toList();
        return new Choice(design, evidence, chosen, memory(design.memory(), chosen));
    }

    /** The model was held against the samples of the designs taken: its error there is expected for the whole, too. */
    private static MemoryEstimate memory(MemoryEstimate estimate, List<Chosen> chosen) {
        List<Measurement> samples = chosen.stream()
                .map(Chosen::measured)
                .flatMap(Optional::stream)
                .filter(m -> m.modelBytesPerItem() > 0 && m.bytesPerItem() > 0)
                .toList();
        long items = samples.stream().mapToLong(Measurement::items).sum();
        double measured =
                samples.stream().mapToDouble(m -> m.bytesPerItem() * m.items()).sum();
        double model = samples.stream()
                .mapToDouble(m -> m.modelBytesPerItem() * m.items())
                .sum();
        return samples.isEmpty()
                ? estimate
                : estimate.checked(items, new SampleCheck(items, measured, model, 0).error());
    }

    private static Chosen choose(NeedDesign need, Evidence evidence) {
        List<Measurement> measured = need.candidates().stream()
                .map(candidate -> evidence.of(candidate.pattern(), candidate.name()))
                .flatMap(Optional::stream)
                .toList();
        Optional<Measurement> own = measured.stream()
                .filter(m -> m.pattern().equals(need.pattern()) && m.structure().equals(need.structure()))
                .findFirst();
        List<Reason> why = new ArrayList<>(need.why());
        List<Chosen.Lost> lost = new ArrayList<>();
        for (Alternative alternative : need.alternatives()) {
            Optional<Measurement> its = measured.stream()
                    .filter(m -> own.filter(m::equals).isEmpty())
                    .filter(m -> m.pattern().equals(alternative.pattern())
                            && m.structure().equals(alternative.structure()))
                    .findFirst();
            lost.add(new Chosen.Lost(alternative, its));
        }
        for (Measurement rival : measured) {
            boolean told = own.filter(rival::equals).isPresent()
                    || lost.stream()
                            .anyMatch(l -> l.measured().filter(rival::equals).isPresent());
            if (!told) {
                String whyNot = need.candidates().stream()
                        .filter(c -> c.name().equals(rival.candidate()))
                        .findFirst()
                        .flatMap(c -> c.whyNot())
                        .orElse("serves the need less well");
                lost.add(new Chosen.Lost(
                        new Alternative(rival.pattern(), rival.structure(), whyNot), Optional.of(rival)));
            }
        }
        own.ifPresent(m -> lost.forEach(l -> l.measured().ifPresent(rival -> why.addAll(compare(m, rival)))));
        return new Chosen(need, why, own, lost);
    }

    /** What the figures say, where they differ by more than their noise. */
    private static List<Reason> compare(Measurement own, Measurement rival) {
        List<Reason> reasons = new ArrayList<>();
        double memory = rival.bytesPerItem() / Math.max(own.bytesPerItem(), 0.001);
        if (own.bytesPerItem() > 1 && rival.bytesPerItem() > 1 && (memory > 1.15 || memory < 0.87)) {
            reasons.add(new Reason(
                    "measured-memory",
                    String.format(
                            Locale.ROOT,
                            "%.0f bytes per item against %.0f for %s (measured)",
                            own.bytesPerItem(),
                            rival.bytesPerItem(),
                            rival.candidate())));
        }
        double speed = own.opsPerSecond() / Math.max(rival.opsPerSecond(), 0.001);
        if (speed > 1.3 || speed < 0.77) {
            reasons.add(new Reason(
                    "measured-speed",
                    String.format(
                            Locale.ROOT,
                            "%,.0f operations per second against %,.0f for %s (measured)",
                            own.opsPerSecond(),
                            rival.opsPerSecond(),
                            rival.candidate())));
        }
        return reasons;
    }
}
