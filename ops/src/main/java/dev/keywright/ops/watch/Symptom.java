package dev.keywright.ops.watch;

import dev.keywright.ops.Severity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What the doctor may find beside what lint finds. Texts and limits are data, in {@code doctor.yaml}.
 *
 * @param id in kebab case, stable
 * @param rules numbers of the catalogue of rules
 * @param severity the usual one
 * @param finds what it finds, in a few words
 * @param why what follows from it
 * @param fix what to do
 * @param source where the limits come from
 * @param limits what figures are compared with
 */
record Symptom(
        String id,
        List<String> rules,
        Severity severity,
        String finds,
        String why,
        String fix,
        String source,
        Map<String, Double> limits) {

    private static final Map<String, Symptom> KNOWN = read();
    private static final List<Event> EVENTS = events();

    /** An event of the server's latency monitor. */
    record Event(String name, String means, String fix) {}

    double limit(String name) {
        Double limit = limits.get(name);
        if (limit == null) {
            throw new IllegalStateException("doctor.yaml gives " + id + " no limit " + name);
        }
        return limit;
    }

    static Symptom of(String id) {
        Symptom symptom = KNOWN.get(id);
        if (symptom == null) {
            throw new IllegalStateException("doctor.yaml does not know " + id);
        }
        return symptom;
    }

    static List<Symptom> all() {
        return List.copyOf(KNOWN.values());
    }

    /** What an event means; every event means something. */
    static Event event(String name) {
        return EVENTS.stream()
                .filter(event -> event.name().equals(name) || event.name().isEmpty())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("latency-events.yaml has no last entry"));
    }

    private static Map<String, Symptom> read() {
        Map<String, Symptom> all = new LinkedHashMap<>();
        ((Map<?, ?>) load("doctor.yaml"))
                .forEach((id, row) -> all.put(id.toString(), symptom(id.toString(), (Map<?, ?>) row)));
        return all;
    }

    private static Symptom symptom(String id, Map<?, ?> row) {
        List<String> rules = new ArrayList<>();
        if (row.get("rules") instanceof List<?> numbers) {
            numbers.forEach(rule -> rules.add(rule.toString()));
        }
        Map<String, Double> limits = new LinkedHashMap<>();
        if (row.get("limits") instanceof Map<?, ?> figures) {
            figures.forEach((name, limit) -> limits.put(name.toString(), Double.valueOf(limit.toString())));
        }
        return new Symptom(
                id,
                List.copyOf(rules),
                Severity.valueOf(text(row, "severity").toUpperCase(Locale.ROOT)),
                text(row, "finds"),
                text(row, "why"),
                text(row, "fix"),
                text(row, "source"),
                limits);
    }

    private static List<Event> events() {
        List<Event> events = new ArrayList<>();
        for (Object row : (List<?>) load("latency-events.yaml")) {
            Map<?, ?> event = (Map<?, ?>) row;
            events.add(new Event(text(event, "event"), text(event, "means"), text(event, "fix")));
        }
        return List.copyOf(events);
    }

    private static String text(Map<?, ?> row, String name) {
        return String.valueOf(row.get(name));
    }

    private static Object load(String name) {
        try (InputStream in = Symptom.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the program");
            }
            return new Load(LoadSettings.builder().build()).loadFromInputStream(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
