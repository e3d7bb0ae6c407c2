package dev.keywright.expert.artifact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a project for each pattern, one with all of them on a cluster, and a pom that builds them together; see
 * {@code src/test/sh/verify-projects.sh}.
 */
public final class WriteSampleProjects {

    private WriteSampleProjects() {}

    /** The first argument is the folder; patterns may follow, all of them are written otherwise. */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        List<String> modules = new ArrayList<>();
        List<String> wanted = List.of(arguments).subList(1, arguments.length);
        for (String pattern : SampleDesigns.patterns()) {
            if (wanted.isEmpty() || wanted.contains(pattern)) {
                write(root.resolve(pattern), SampleDesigns.output(List.of(pattern)), modules);
            }
        }
        if (wanted.isEmpty() || wanted.contains("unique-count")) {
            write(root.resolve("unique-count-set"), SampleDesigns.output(List.of("unique-count"), "exact"), modules);
        }
        if (wanted.isEmpty() || wanted.contains("time-series")) {
            write(
                    root.resolve("time-series-zset"),
                    SampleDesigns.output(List.of("time-series"), "out-of-order"),
                    modules);
        }
        if (wanted.isEmpty() || wanted.contains("lock")) {
            write(root.resolve("lock-hash"), SampleDesigns.output(List.of("lock"), "leader-election"), modules);
        }
        for (Map.Entry<String, List<String>> form : SampleDesigns.FORMS.entrySet()) {
            String pattern = form.getValue().get(0);
            String trait = form.getValue().get(1);
            if (wanted.isEmpty() || wanted.contains(pattern)) {
                write(root.resolve(form.getKey()), SampleDesigns.output(List.of(pattern), trait), modules);
                write(
                        root.resolve(form.getKey() + "-cluster"),
                        SampleDesigns.output(List.of(pattern), trait, "cluster-named"),
                        modules);
            }
        }
        List<String> together = wanted.isEmpty() ? SampleDesigns.patterns() : wanted;
        write(root.resolve("cluster"), SampleDesigns.output(together, "cluster-named"), modules);
        StringBuilder pom = new StringBuilder("""
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>samples</groupId>
              <artifactId>samples</artifactId>
              <version>1</version>
              <packaging>pom</packaging>
              <modules>
            """);
        modules.forEach(module -> pom.append("    <module>").append(module).append("</module>\n"));
        Files.writeString(root.resolve("pom.xml"), pom.append("  </modules>\n</project>\n"));
    }

    private static void write(Path folder, Output output, List<String> modules) throws IOException {
        for (Artifact file : output.files()) {
            // In one build every module needs a name of its own.
            String text = file.path().equals("pom.xml")
                    ? file.text().replaceFirst("<artifactId>[^<]+", "<artifactId>" + folder.getFileName())
                    : file.text();
            Path target = folder.resolve(file.path());
            Files.createDirectories(target.getParent());
            Files.writeString(target, text);
        }
        modules.add(String.valueOf(folder.getFileName()));
    }
}
