package dev.keywright.expert.proof;

import dev.keywright.expert.artifact.Artifact;
import dev.keywright.expert.artifact.Output;
import dev.keywright.expert.proof.Proof.Check;
import dev.keywright.ops.Document;
import dev.keywright.ops.deploy.ConfProof;
import dev.keywright.ops.deploy.Deployment;
import dev.keywright.server.RedisBinary;
import dev.keywright.server.ServerException;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tries the files of an answer on a private real server: it is started with the very lines of redis.conf, asked whether it took
 * them, and given every Lua script. Some 100 ms. Replicas, Sentinels and clusters of the design are never dialled.
 * Threads: any number.
 */
public final class Prover {

    /** @param options which binary to use; its directives come before those of the answer */
    public Proof prove(Output output, ServerOptions options) {
        Optional<Artifact> conf = output.files().stream()
                .filter(file -> file.path().equals("redis.conf"))
                .findFirst();
        List<Artifact> scripts = output.files().stream()
                .filter(file -> file.path().endsWith(".lua"))
                .toList();
        List<Check> checks = new ArrayList<>(deployment(output, options));
        if (conf.isEmpty() && scripts.isEmpty()) {
            return new Proof(output, List.copyOf(checks));
        }
        Map<String, String> directives =
                conf.map(file -> directives(file.text(), checks)).orElse(Map.of());
        try (Standalone server = Standalone.start(options.withDirectives(directives))) {
            if (conf.isPresent()) {
                String binary =
                        RedisBinary.find(Optional.ofNullable(options.binary())).toString();
                checks.add(new Check(
                        "redis.conf starts a server", true, binary + " took " + directives.size() + " directives"));
                checks.add(values(server, directives));
            }
            scripts.forEach(script -> checks.add(load(server, script)));
        } catch (ServerException e) {
            checks.add(new Check("redis.conf starts a server", false, String.valueOf(e.getMessage())));
        }
        return new Proof(output, List.copyOf(checks));
    }

    /** Starts a server, or a Sentinel, with each configuration of the deployment. */
    private static List<Check> deployment(Output output, ServerOptions options) {
        return output.files().stream()
                .filter(file -> file.path().matches("(.*/)?" + Deployment.FILE))
                .findFirst()
                .map(file -> Document.parse(file.text(), Deployment.class, file.path()))
                .map(deployment ->
                        ConfProof.with(Optional.ofNullable(options.binary())).prove(deployment))
                .map(Prover::check)
                .map(List::of)
                .orElse(List.of());
    }

    private static Check check(List<ConfProof.Result> results) {
        List<String> refused = results.stream()
                .filter(result -> !result.ok())
                .map(result -> result.file() + ": " + result.said())
                .toList();
        return new Check(
                "the configurations of " + results.size() + " processes start them",
                refused.isEmpty(),
                refused.isEmpty() ? "each started a server or a Sentinel" : String.join("; ", refused));
    }

    /** The lines of a redis.conf, read as the server reads them: a comment is a line of its own, and nothing else. */
    private static Map<String, String> directives(String conf, List<Check> checks) {
        Map<String, String> directives = new LinkedHashMap<>();
        for (String line : conf.lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split("\\s+", 2);
            String before = directives.put(words[0], words.length == 1 ? "" : words[1]);
            if (before != null) {
                checks.add(new Check("each directive stands once", false, words[0] + " was " + before + " before"));
            }
        }
        return directives;
    }

    /** Whether the server runs with what the file says, where both write a value the same way. */
    private static Check values(Standalone server, Map<String, String> directives) {
        Map<String, String> actual = server.configuration();
        List<String> others = new ArrayList<>();
        directives.forEach((name, value) -> {
            String wanted = value.equals("\"\"") ? "" : value;
            String got = actual.getOrDefault(name, "");
            if (!got.equals(wanted) && wanted.matches("[a-z-]+|\\d+|")) {
                others.add(name + " is " + got);
            }
        });
        return new Check(
                "the server runs with these values",
                others.isEmpty(),
                others.isEmpty() ? "as CONFIG GET tells" : String.join(", ", others));
    }

    private static Check load(Standalone server, Artifact script) {
        String what = script.path() + " loads";
        try {
            return new Check(what, true, "SCRIPT LOAD " + server.command("SCRIPT", "LOAD", script.text()));
        } catch (ServerException e) {
            return new Check(what, false, String.valueOf(e.getMessage()));
        }
    }
}
