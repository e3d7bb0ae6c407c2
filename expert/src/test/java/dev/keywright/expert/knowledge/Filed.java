package dev.keywright.expert.knowledge;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Something of the knowledge together with the file it stands in, so that a failure says where to look. */
record Filed<T>(String file, String id, T thing) {

    private static final List<KnowledgeFile> ALL = KnowledgeFile.all();

    String where() {
        return file + ", " + id;
    }

    static List<Filed<Entry>> entries() {
        List<Filed<Entry>> entries = new ArrayList<>();
        for (KnowledgeFile file : files("knowledge")) {
            String subject = file.root().text("subject");
            for (Node node : file.root().nodes("entries")) {
                Entry entry = Entry.read(subject, node);
                entries.add(new Filed<>(name(file), entry.id(), entry));
            }
        }
        return entries;
    }

    static List<Filed<PatternSheet>> patterns() {
        return files("patterns").stream()
                .map(file -> {
                    PatternSheet sheet = PatternSheet.read(file.root());
                    return new Filed<>(name(file), sheet.pattern(), sheet);
                })
                .toList();
    }

    static List<KnowledgeFile> files(String folder) {
        return ALL.stream().filter(file -> file.folder().equals(folder)).toList();
    }

    private static String name(KnowledgeFile file) {
        return file.folder() + "/" + file.name() + ".yaml";
    }

    /** What an entry tells people to type. */
    static Stream<String> lines(Entry entry) {
        Entry filled = entry.filled(Map.of());
        return Stream.concat(
                filled.commands().stream().map(Entry.Command::run),
                filled.steps().stream().flatMap(step -> step.command().stream()));
    }

    /** What a pattern tells people to type. */
    static Stream<String> lines(PatternSheet sheet) {
        return Stream.concat(
                sheet.commands().stream(), sheet.variants().stream().flatMap(variant -> variant.commands().stream()));
    }

    /** What evidence sends for a pattern. */
    static Stream<String> measured(PatternSheet sheet) {
        return sheet.candidates().stream()
                .flatMap(candidate -> Stream.concat(candidate.load().stream(), candidate.drive().stream()));
    }
}
