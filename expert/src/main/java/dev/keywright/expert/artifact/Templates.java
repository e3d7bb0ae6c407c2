package dev.keywright.expert.artifact;

import dev.keywright.expert.design.MessagePlan;
import dev.keywright.expert.design.NeedDesign;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The templates and scripts among the resources. A pattern's folder is the most special one there is: the form messages take,
 * {@code <pattern>-cluster}, {@code <pattern>-<structure>}, {@code <pattern>}, {@code <family>}. Read once; any number of threads.
 */
final class Templates {

    private static final String TEMPLATES = "/dev/keywright/expert/templates/";

    /** Where a script may lie: with its template, with the pattern sheets, in the library; there also by its package and name. */
    private static final List<String> SCRIPTS = List.of(
            "/dev/keywright/expert/patterns/scripts/",
            "/dev/keywright/limit/",
            "/dev/keywright/cache/",
            "/dev/keywright/");

    private static final Map<String, Optional<String>> READ = new ConcurrentHashMap<>();

    private Templates() {}

    static Template project(String file) {
        return template("project/" + file)
                .orElseThrow(() -> new IllegalStateException("the template project/" + file + " is missing"));
    }

    /** The folder with the code of a pattern; empty when none is written, as for operations. */
    static Optional<String> folder(NeedDesign need, boolean cluster) {
        return Stream.of(
                        need.messages().map(MessagePlan::form).stream(),
                        Stream.of(need.pattern() + "-cluster").filter(any -> cluster),
                        Stream.of(need.pattern() + "-" + need.structure(), need.pattern()),
                        need.sheet().family().stream())
                .flatMap(folders -> folders)
                .filter(folder -> template(folder + "/Main.java.tmpl").isPresent())
                .findFirst();
    }

    static Template main(String folder) {
        return project(folder, "Main.java.tmpl");
    }

    static Template test(String folder) {
        return project(folder, "Test.java.tmpl");
    }

    private static Template project(String folder, String file) {
        return template(folder + "/" + file)
                .orElseThrow(() -> new IllegalStateException("the template " + folder + "/" + file + " is missing"));
    }

    /** The text of a Lua script that a design or a template names. */
    static Optional<String> script(String folder, String name) {
        return Stream.concat(Stream.of(TEMPLATES + folder + "/"), SCRIPTS.stream())
                .map(place -> read(place + name))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Template> template(String path) {
        return read(TEMPLATES + path).map(text -> new Template(path, text));
    }

    private static Optional<String> read(String resource) {
        return READ.computeIfAbsent(resource, Templates::load);
    }

    private static Optional<String> load(String resource) {
        try (InputStream in = Templates.class.getResourceAsStream(resource)) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + resource + " cannot be read", e);
        }
    }
}
