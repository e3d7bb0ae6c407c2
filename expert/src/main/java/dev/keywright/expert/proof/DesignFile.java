package dev.keywright.expert.proof;

import dev.keywright.expert.artifact.Answer;
import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What {@code design.json} promises: the part of an answer that can be tried. */
public record DesignFile(
        String schema,
        String id,
        String task,
        String kind,
        Answer.Understood understood,
        List<Answer.NeedAnswer> needs,
        Optional<Answer.Server> server,
        Optional<Answer.Memory> memory) {

    public static final String NAME = "design.json";

    public DesignFile {
        boolean whole = Stream.of(schema, id, task, kind, understood, needs).allMatch(Objects::nonNull)
                && understood.quantities() != null
                && understood.facts() != null
                && needs.stream().allMatch(need -> need.pattern() != null && need.structure() != null)
                && needs.stream().allMatch(need -> need.keys() != null)
                && server.map(some -> some.config() != null).orElse(true);
        if (!whole) {
            throw new IllegalArgumentException("parts of it are missing");
        }
        if (!schema.equals(Answer.SCHEMA)) {
            throw new IllegalArgumentException("its schema is " + schema + ", not " + Answer.SCHEMA);
        }
    }

    /** @throws OpsException when the folder holds no design that can be read */
    public static DesignFile read(Path folder) {
        Path file = folder.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            throw new OpsException("There is no " + NAME + " in " + folder
                    + ". Give the folder that keywright \"<task>\" wrote for a design.");
        }
        DesignFile design = Document.read(file, DesignFile.class);
        if (!design.kind().equals("design")) {
            throw new OpsException(file + " is the answer to a question of kind " + design.kind()
                    + ", and only a design can be proved. Give the folder of a design, or try a set-up with keywright"
                    + " failover-drill " + folder + ".");
        }
        return design;
    }

    /** The quantities that were set by hand: those that do not follow from the words. */
    Map<String, Double> overrides() {
        Map<String, Double> said = new HashMap<>();
        understood.facts().forEach(fact -> said.putIfAbsent(fact.name(), fact.value()));
        Map<String, Double> overrides = new HashMap<>();
        understood.quantities().forEach((name, value) -> {
            if (!value.equals(said.get(name))) {
                overrides.put(name, value);
            }
        });
        return overrides;
    }

    Optional<Double> quantity(String name) {
        return Optional.ofNullable(understood.quantities().get(name));
    }

    String topology() {
        return server.flatMap(Answer.Server::topology).orElse("standalone");
    }

    String persistence() {
        return server.flatMap(Answer.Server::persistence).orElse("none");
    }

    List<Answer.KeyLine> keys() {
        return needs.stream().flatMap(need -> need.keys().stream()).toList();
    }
}
