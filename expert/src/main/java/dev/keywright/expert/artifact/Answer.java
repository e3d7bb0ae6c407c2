package dev.keywright.expert.artifact;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The answer as the outside sees it: schema {@value #SCHEMA}, documented in docs/answer.md. Field names are those of the
 * JSON document in camel case; lists are never null, absent parts are empty.
 */
public record Answer(
        String id,
        String task,
        String kind,
        Understood understood,
        List<NeedAnswer> needs,
        Optional<Server> server,
        Optional<Memory> memory,
        List<WarningLine> warnings,
        List<StepLine> steps,
        String answer,
        Optional<RefusalLine> refusal,
        List<String> sources,
        List<String> artifacts) {

    public static final String SCHEMA = "keywright.answer/1";

    Answer withAnswer(String words) {
        return new Answer(
                id, task, kind, understood, needs, server, memory, warnings, steps, words, refusal, sources, artifacts);
    }

    public record Understood(
            Map<String, Double> quantities,
            List<FactLine> facts,
            List<AssumptionLine> assumptions,
            List<String> questions) {}

    /** A quantity and the very words it came from; {@code span} is start and end in characters. */
    public record FactLine(String name, double value, String unit, String from, List<Integer> span, String origin) {}

    public record AssumptionLine(String name, double value, String why, String change) {}

    public record NeedAnswer(
            String title,
            String pattern,
            String structure,
            List<KeyLine> keys,
            List<String> commands,
            Optional<String> script,
            Optional<String> scriptCost,
            List<WhyLine> why,
            List<AlternativeLine> alternatives,
            List<String> guarantees,
            Optional<MeasuredLine> measured) {}

    public record KeyLine(
            String name,
            String type,
            Optional<Long> ttlSeconds,
            String example,
            Optional<String> holds,
            Optional<String> why) {}

    public record WhyLine(String rule, String text) {}

    public record AlternativeLine(String pattern, String structure, String whyNot, Optional<MeasuredLine> measured) {}

    public record MeasuredLine(
            String candidate,
            double bytesPerItem,
            double opsPerSecond,
            double p50Ms,
            double p99Ms,
            long items,
            String encoding,
            String server) {}

    /** What the task does not touch is absent; {@code maxmemoryBytes} is 0 where nothing says how much. */
    public record Server(
            Optional<String> eviction,
            Optional<String> persistence,
            Optional<String> topology,
            long maxmemoryBytes,
            List<ConfigLine> config,
            List<WhyLine> why) {}

    public record ConfigLine(String directive, String value, String why) {}

    public record Memory(long totalBytes, long lowBytes, long highBytes, long machineBytes, String basis) {}

    public record WarningLine(String id, String severity, String statement, String fix) {}

    public record StepLine(String title, Optional<String> command, Optional<String> note) {}

    public record RefusalLine(String reason, String pointer) {}
}
