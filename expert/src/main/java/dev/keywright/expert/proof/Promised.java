package dev.keywright.expert.proof;

import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.Designer;
import dev.keywright.expert.design.NeedDesign;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.task.Task;
import dev.keywright.expert.workload.WorkloadReader;
import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A folder with a design: what {@code design.json} promises, the design that it stands for, and the lines of its
 * {@code redis.conf}.
 *
 * @param design made again from the words of the task, so that its operations are known
 */
record Promised(DesignFile file, Design design, Map<String, String> directives) {

    /** @throws OpsException when there is no design, or it is not the one these words lead to here */
    static Promised read(Path folder, Knowledge knowledge) {
        DesignFile file = DesignFile.read(folder);
        Design design = new Designer(knowledge)
                .design(new WorkloadReader(knowledge).read(new Task(file.id(), file.task()), file.overrides()));
        String written =
                summary(file.needs().stream().map(Promised::need).toList(), file.topology(), file.persistence());
        String here = summary(
                design.needs().stream().map(Promised::need).toList(),
                design.server().map(server -> server.topology()).orElse("standalone"),
                design.server().map(server -> server.persistence()).orElse("none"));
        if (!written.equals(here)) {
            throw new OpsException(folder.resolve(DesignFile.NAME) + " says " + written
                    + ", and this version designs " + here
                    + " for the same words. It was changed or written by another version; run keywright"
                    + " \"<task>\" again and prove what that writes.");
        }
        return new Promised(file, design, directives(folder, file));
    }

    private static String summary(List<String> needs, String topology, String persistence) {
        return String.join(", ", needs) + "; topology " + topology + ", persistence " + persistence;
    }

    private static String need(Answer.NeedAnswer need) {
        return need.pattern() + " on " + need.structure() + " ("
                + need.keys().stream().map(Answer.KeyLine::name).collect(Collectors.joining(" ")) + ")";
    }

    private static String need(NeedDesign need) {
        return need.pattern() + " on " + need.structure() + " ("
                + need.keys().stream().map(key -> key.name()).collect(Collectors.joining(" ")) + ")";
    }

    /** Those of the folder's redis.conf, which is what will run; without the file those of design.json. */
    private static Map<String, String> directives(Path folder, DesignFile file) {
        Path conf = folder.resolve("redis.conf");
        Map<String, String> directives = new LinkedHashMap<>();
        if (Files.isRegularFile(conf)) {
            try {
                Files.readString(conf)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .map(line -> line.split("\\s+", 2))
                        .forEach(words -> directives.put(words[0], words.length == 1 ? "" : words[1]));
            } catch (IOException e) {
                throw new OpsException(conf + " cannot be read (" + e + "). Make it readable.", e);
            }
        } else {
            file.server()
                    .ifPresent(
                            server -> server.config().forEach(line -> directives.put(line.directive(), line.value())));
        }
        return directives;
    }
}
