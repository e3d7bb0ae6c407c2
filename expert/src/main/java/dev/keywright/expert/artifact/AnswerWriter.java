package dev.keywright.expert.artifact;

import dev.keywright.expert.artifact.Answer.AlternativeLine;
import dev.keywright.expert.artifact.Answer.AssumptionLine;
import dev.keywright.expert.artifact.Answer.ConfigLine;
import dev.keywright.expert.artifact.Answer.FactLine;
import dev.keywright.expert.artifact.Answer.KeyLine;
import dev.keywright.expert.artifact.Answer.MeasuredLine;
import dev.keywright.expert.artifact.Answer.NeedAnswer;
import dev.keywright.expert.artifact.Answer.StepLine;
import dev.keywright.expert.artifact.Answer.WarningLine;
import dev.keywright.expert.artifact.Answer.WhyLine;
import dev.keywright.expert.choice.Choice;
import dev.keywright.expert.choice.Chosen;
import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.NeedDesign;
import dev.keywright.expert.design.Reason;
import dev.keywright.expert.design.ServerDesign;
import dev.keywright.expert.evidence.Measurement;
import dev.keywright.expert.knowledge.Entry;
import dev.keywright.expert.workload.Fact;
import dev.keywright.expert.workload.Kind;
import dev.keywright.expert.workload.Workload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts a choice into the answer's schema; decides nothing. */
final class AnswerWriter {

    private static final Pattern COST = Pattern.compile("(?m)^COST +(.+)$");

    private AnswerWriter() {}

    static Answer write(Choice choice, List<String> artifacts) {
        Design design = choice.design();
        Workload workload = design.workload();
        Answer bare = new Answer(
                workload.task().id(),
                workload.task().text(),
                workload.kind().name().toLowerCase(Locale.ROOT),
                understood(design),
                needs(choice),
                design.server().map(AnswerWriter::server),
                memory(choice),
                design.warnings().stream()
                        .map(w -> new WarningLine(w.id(), w.severity().toString(), w.statement(), w.fix()))
                        .toList(),
                DeploymentFiles.around(
                        design,
                        design.steps().stream()
                                .map(s -> new StepLine(s.title(), s.command(), s.note()))
                                .toList()),
                "",
                workload.refusal().map(r -> new Answer.RefusalLine(r.reason(), r.pointer())),
                sources(design),
                artifacts);
        return bare.withAnswer(Page.of(bare, design));
    }

    private static Answer.Understood understood(Design design) {
        Workload workload = design.workload();
        Map<String, Double> quantities = new LinkedHashMap<>();
        workload.overrides().forEach(quantities::put);
        workload.facts().forEach(fact -> quantities.putIfAbsent(fact.name(), fact.value()));
        return new Answer.Understood(
                quantities,
                workload.facts().stream().map(AnswerWriter::fact).toList(),
                design.assumptions().stream()
                        .map(a -> new AssumptionLine(a.name(), a.value(), a.why(), a.change()))
                        .toList(),
                design.questions());
    }

    private static FactLine fact(Fact fact) {
        return new FactLine(
                fact.name(),
                fact.value(),
                fact.unit(),
                fact.from(),
                List.of(fact.start(), fact.end()),
                fact.origin().name().toLowerCase(Locale.ROOT));
    }

    private static List<NeedAnswer> needs(Choice choice) {
        if (!choice.needs().isEmpty()) {
            return choice.needs().stream()
                    .map(chosen -> need(chosen, choice.evidence().server()))
                    .toList();
        }
        Set<String> traits = choice.design().workload().traits();
        return choice.design().entries().stream()
                .limit(1)
                .filter(entry -> entry.implied("pattern", traits).isPresent()
                        || entry.implied("structure", traits).isPresent()
                        || entry.pattern().isPresent())
                .map(entry -> impliedNeed(entry, traits))
                .toList();
    }

    /** A question about a choice names what it chose, without designing it. */
    private static NeedAnswer impliedNeed(Entry entry, Set<String> traits) {
        String pattern = entry.implied("pattern", traits).or(entry::pattern).orElse("");
        return new NeedAnswer(
                entry.title(),
                pattern,
                entry.implied("structure", traits).orElse(""),
                List.of(),
                entry.commands().stream().map(Entry.Command::run).toList(),
                Optional.empty(),
                Optional.empty(),
                List.of(new WhyLine(entry.id(), entry.answer())),
                List.of(),
                List.of(),
                Optional.empty());
    }

    private static NeedAnswer need(Chosen chosen, String server) {
        NeedDesign design = chosen.design();
        return new NeedAnswer(
                design.title(),
                design.pattern(),
                design.structure(),
                design.keys().stream()
                        .map(k -> new KeyLine(k.name(), k.type(), k.ttlSeconds(), k.example(), k.holds(), k.ttlWhy()))
                        .toList(),
                design.commands(),
                design.script(),
                design.script().flatMap(AnswerWriter::cost),
                why(chosen.why()),
                chosen.lost().stream()
                        .map(lost -> new AlternativeLine(
                                lost.alternative().pattern(),
                                lost.alternative().structure(),
                                lost.alternative().whyNot(),
                                lost.measured().map(m -> measured(m, server))))
                        .toList(),
                design.guarantees(),
                chosen.measured().map(m -> measured(m, server)));
    }

    /** What a script costs and which commands it runs, as its header says. */
    private static Optional<String> cost(String script) {
        return Templates.script("", script).flatMap(text -> {
            Matcher cost = COST.matcher(text);
            return cost.find() ? Optional.of(cost.group(1)) : Optional.empty();
        });
    }

    private static MeasuredLine measured(Measurement m, String server) {
        return new MeasuredLine(
                m.candidate(),
                m.bytesPerItem(),
                m.opsPerSecond(),
                m.p50Millis(),
                m.p99Millis(),
                m.items(),
                m.encoding(),
                server);
    }

    private static List<WhyLine> why(List<Reason> reasons) {
        return reasons.stream().map(r -> new WhyLine(r.rule(), r.text())).toList();
    }

    private static Answer.Server server(ServerDesign server) {
        return new Answer.Server(
                decided(server.eviction()),
                decided(server.persistence()),
                decided(server.topology()),
                server.maxmemoryBytes(),
                server.config().stream()
                        .map(d -> new ConfigLine(d.directive(), d.value(), d.why()))
                        .toList(),
                why(server.why()));
    }

    private static Optional<String> decided(String id) {
        return Optional.of(id).filter(text -> !text.isEmpty());
    }

    private static Optional<Answer.Memory> memory(Choice choice) {
        var memory = choice.memory();
        return memory.totalBytes() == 0
                ? Optional.empty()
                : Optional.of(new Answer.Memory(
                        memory.totalBytes(),
                        memory.lowBytes(),
                        memory.highBytes(),
                        memory.machineBytes(),
                        memory.basis()));
    }

    private static List<String> sources(Design design) {
        int most = design.workload().kind() == Kind.DESIGN ? 3 : 2;
        return design.entries().stream().limit(most).map(Entry::id).toList();
    }
}
