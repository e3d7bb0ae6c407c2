package dev.keywright.expert.knowledge;

import java.util.List;
import java.util.Optional;

/**
 * What the program itself does for the subject of some entries.
 *
 * @param title what it does, in a few words
 * @param run the call, with example addresses
 * @param look what to look for
 * @param entries ids of the entries it serves
 */
public record Verb(String title, String run, Optional<String> look, List<String> entries) {

    static List<Verb> read(Node node) {
        List<Verb> verbs = node.nodes("verbs").stream().map(Verb::one).toList();
        node.close();
        return verbs;
    }

    private static Verb one(Node node) {
        Verb verb = new Verb(node.text("title"), node.text("run"), node.optionalText("look"), node.texts("entries"));
        node.close();
        return verb;
    }
}
