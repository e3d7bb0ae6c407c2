package dev.keywright.expert.artifact;

import dev.keywright.expert.choice.Choice;
import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.NeedDesign;
import dev.keywright.expert.design.ServerDesign;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The scripts of a design and a Maven project with one class and one test for each need.
 * The code says itself what it needs: a helper is added when a class names it, a script when it is loaded.
 */
final class JavaProject {

    static final String PACKAGE = "com.example.redis";

    private static final String MAIN = "src/main/java/" + PACKAGE.replace('.', '/') + "/";
    private static final String TEST = "src/test/java/" + PACKAGE.replace('.', '/') + "/";
    private static final Pattern CLASS = Pattern.compile("public final class (\\w+)");
    private static final Pattern SCRIPT = Pattern.compile("\\b((?:[a-z]+/)?[a-z][a-z-]*\\.lua)\\b");

    private static final String LIBRARY = """
        <dependency>
          <groupId>dev.keywright</groupId>
          <artifactId>keywright</artifactId>
          <version>0.1.0-SNAPSHOT</version>
        </dependency>\
        """.indent(4).stripTrailing();

    private static final String CAFFEINE = """
        <!-- Holds the copies of the near cache. -->
        <dependency>
          <groupId>com.github.ben-manes.caffeine</groupId>
          <artifactId>caffeine</artifactId>
          <version>3.3.1</version>
        </dependency>\
        """.indent(4).stripTrailing();

    private final Design design;
    private final boolean cluster;
    private final Map<String, String> code = new LinkedHashMap<>();
    private final Map<String, String> tests = new LinkedHashMap<>();
    private final Map<String, String> scripts = new LinkedHashMap<>();

    private JavaProject(Design design) {
        this.design = design;
        this.cluster = topology(design).equals("cluster");
    }

    /** No file at all when no need of the design is one that code is written for. */
    static List<Artifact> write(Choice choice) {
        JavaProject project = new JavaProject(choice.design());
        choice.needs().forEach(chosen -> project.add(chosen.design()));
        return project.files();
    }

    private static String topology(Design design) {
        return design.server().map(ServerDesign::topology).orElse("standalone");
    }

    private void add(NeedDesign need) {
        Optional<String> folder = Templates.folder(need, cluster);
        String main = "";
        if (folder.isPresent()) {
            Values values = new Values(design, need, cluster);
            main = Templates.main(folder.get()).render(values::of);
            Matcher named = CLASS.matcher(main);
            if (!named.find()) {
                throw new IllegalStateException(folder.get() + "/Main.java.tmpl declares no public final class");
            }
            if (code.putIfAbsent(named.group(1), main) == null) {
                tests.put(named.group(1) + "Test", Templates.test(folder.get()).render(values::of));
            }
        }
        Set<String> named = new LinkedHashSet<>();
        need.script().ifPresent(named::add);
        SCRIPT.matcher(String.join("\n", need.commands()) + "\n" + main)
                .results()
                .forEach(r -> named.add(r.group(1)));
        for (String name : named) {
            Templates.script(folder.orElse("project"), name).ifPresent(text -> scripts.putIfAbsent(name, text));
        }
    }

    private List<Artifact> files() {
        List<Artifact> files = new ArrayList<>();
        scripts.forEach((name, text) -> files.add(new Artifact("lua/" + name, text)));
        if (code.isEmpty()) {
            return files;
        }
        files.add(new Artifact("pom.xml", pom()));
        code.forEach((name, text) -> files.add(new Artifact(MAIN + name + ".java", text)));
        if (names(code, "RedisClusterCommands") || names(tests, "RedisConnections")) {
            String kind = cluster ? "RedisConnections-cluster" : "RedisConnections";
            files.add(new Artifact(MAIN + "RedisConnections.java", support(kind)));
        }
        if (names(code, "LuaScript")) {
            files.add(new Artifact(MAIN + "LuaScript.java", support("LuaScript")));
        }
        tests.forEach((name, text) -> files.add(new Artifact(TEST + name + ".java", text)));
        for (String helper : List.of("Race", "Eventually")) {
            if (names(tests, helper + ".")) {
                files.add(new Artifact(TEST + helper + ".java", support(helper)));
            }
        }
        return files;
    }

    private static boolean names(Map<String, String> sources, String what) {
        return sources.values().stream().anyMatch(text -> text.contains(what));
    }

    private static String support(String name) {
        return Templates.project(name + ".java.tmpl").render(JavaProject::packageOnly);
    }

    private static String packageOnly(String placeholder) {
        if (!placeholder.equals("package")) {
            throw new IllegalArgumentException("there is no placeholder " + placeholder);
        }
        return PACKAGE;
    }

    private String pom() {
        String main = design.main().map(NeedDesign::pattern).orElse("redis");
        return Templates.project("pom.xml.tmpl").render(placeholder -> switch (placeholder) {
            case "artifact" -> main;
            case "name" -> design.main().map(NeedDesign::title).orElse("Redis") + " on Redis";
            case "library" -> names(code, "import dev.keywright.") ? LIBRARY : "";
            case "caffeine" -> names(code, "NearOptions") ? CAFFEINE : "";
            case "folder" -> PACKAGE.replace('.', '/');
            default -> throw new IllegalArgumentException("there is no placeholder " + placeholder);
        });
    }
}
