package dev.keywright.expert.workload;

import dev.keywright.expert.task.Stemmer;
import dev.keywright.expert.task.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The words of a text around its amounts, with what stands between them: clause ends, sentence ends, other amounts. */
final class Surroundings {

    /** Behind these a full stop ends no sentence. */
    private static final Set<String> ABBREVIATIONS = WordList.of("""
            approx max min ca avg eg ie g e i incl resp vs no sec secs mins hrs hr etc est appr cca c p a mio
            mln bn tsd mill inkl
            """);

    private static final Set<String> CLAUSE_WORDS =
            Set.of("and", "but", "while", "then", "when", "which", "who", "if", "because", "so", "unless", "where");

    private final String text;
    private final List<Word> words;
    private final List<Amount> amounts;
    private final String[] stems;
    private final int[] sentence;
    private final int[] amountOfWord;
    private final boolean[] clauseEnds;
    private final boolean[] phraseEnds;

    /** @param known stems that stand as they were written, whatever the mending of the spelling made of them */
    Surroundings(String text, List<Word> words, List<Amount> amounts, Set<String> known) {
        this.text = text;
        this.stems = words.stream()
                .map(word -> {
                    String written = Stemmer.stem(word.lower());
                    return known.contains(written) ? written : word.stem();
                })
                .toArray(String[]::new);
        this.words = words;
        this.amounts = amounts;
        this.sentence = new int[words.size()];
        this.amountOfWord = new int[words.size()];
        this.clauseEnds = new boolean[words.size()];
        this.phraseEnds = new boolean[words.size()];
        number();
        for (int w = 0; w + 1 < words.size(); w++) {
            String between = between(w);
            clauseEnds[w] = hasAny(between, ",;()[]\n—|") || isDash(between) || CLAUSE_WORDS.contains(lower(w + 1));
            phraseEnds[w] = hasAny(between, ",;:()[]\n—|.?!") || isDash(between);
        }
    }

    private void number() {
        int current = 0;
        int amount = 0;
        for (int w = 0; w < words.size(); w++) {
            Word word = words.get(w);
            while (amount < amounts.size() && amounts.get(amount).end() <= word.start()) {
                amount++;
            }
            boolean inside = amount < amounts.size() && amounts.get(amount).start() < word.end();
            amountOfWord[w] = inside ? amount : -1;
            if (w > 0 && word.sentence() != words.get(w - 1).sentence() && endsSentence(w - 1, inside)) {
                current++;
            }
            sentence[w] = current;
        }
    }

    private boolean endsSentence(int w, boolean numberFollows) {
        String between = between(w);
        boolean onlyPoint = between.indexOf('.') >= 0
                && between.chars().noneMatch(c -> c == '\n' || c == '?' || c == '!' || c == ';');
        if (onlyPoint && amountOfWord[w] >= 0 && amountOfWord[w] == amountOfWord[w + 1]) {
            return false;
        }
        return !(onlyPoint && ABBREVIATIONS.contains(words.get(w).lower()) && (numberFollows || isLower(w + 1)));
    }

    private boolean isLower(int w) {
        return Character.isLowerCase(words.get(w).text().charAt(0));
    }

    /** What stands between word {@code w} and the next. */
    private String between(int w) {
        return text.substring(
                words.get(w).end(),
                Math.max(words.get(w).end(), words.get(w + 1).start()));
    }

    String textBetween(Amount first, Amount second) {
        return text.substring(first.end(), Math.max(first.end(), second.start()));
    }

    String text(int start, int end) {
        return text.substring(start, end);
    }

    int size() {
        return words.size();
    }

    Word word(int w) {
        return words.get(w);
    }

    String stem(int w) {
        return w >= 0 && w < words.size() ? stems[w] : "";
    }

    String lower(int w) {
        return w >= 0 && w < words.size() ? words.get(w).lower() : "";
    }

    /** The last word before the amount, or -1. */
    int before(Amount amount) {
        return firstFrom(amount.start()) - 1;
    }

    /** The first word behind the amount; the number of words when there is none. */
    int after(Amount amount) {
        return firstFrom(amount.end());
    }

    /** The first word that ends behind this place in the text. */
    private int firstFrom(int place) {
        int low = 0;
        int high = words.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (words.get(middle).end() <= place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    boolean sameSentence(int a, int b) {
        return a >= 0 && b >= 0 && a < words.size() && b < words.size() && sentence[a] == sentence[b];
    }

    /** Whether something ends between word {@code w} and the next: a comma, a bracket, a line. */
    boolean endsClause(int w) {
        return w < 0 || w + 1 >= words.size() || clauseEnds[w];
    }

    /** Like {@link #endsClause}, but a conjunction ends nothing and a colon does. */
    boolean endsPhrase(int w) {
        return w < 0 || w + 1 >= words.size() || phraseEnds[w];
    }

    private static boolean hasAny(String between, String signs) {
        return between.chars().anyMatch(c -> signs.indexOf(c) >= 0);
    }

    private static boolean isDash(String between) {
        return between.equals(" - ") || between.equals(" – ");
    }

    /** Whether a sign in front of the amount says less than: {@code < 50 ms}. */
    boolean isBelow(Amount amount) {
        String before = text.substring(Math.max(0, amount.start() - 3), amount.start());
        return before.indexOf('<') >= 0 || before.indexOf('≤') >= 0;
    }

    /** Whether a colon or an equals sign leads to the amount: {@code users: 5M}. */
    boolean isLabelled(Amount amount) {
        String before = text.substring(Math.max(0, amount.start() - 3), amount.start());
        return before.indexOf(':') >= 0 || before.indexOf('=') >= 0;
    }

    /** Whether word {@code w} is "daily" or its like. */
    boolean isAdverb(int w) {
        return w < words.size()
                && amountOfWord[w] >= 0
                && amounts.get(amountOfWord[w]).form() == Amount.Form.ADVERB;
    }

    /** Whether a colon is glued to the word and something to the colon: the beginning of the name of a key. */
    boolean isPrefix(int w) {
        int end = words.get(w).end();
        return end + 1 < text.length() && text.charAt(end) == ':' && !Character.isWhitespace(text.charAt(end + 1));
    }

    /** Whether the word owns the next one: "the doctors' hours". */
    boolean isPossessive(int w) {
        int end = words.get(w).end();
        return end + 1 < text.length()
                && (text.charAt(end) == '\'' || text.charAt(end) == '’')
                && text.charAt(end + 1) == ' ';
    }

    /** The amount that word {@code w} is part of, or -1. */
    int amountAt(int w) {
        return w >= 0 && w < words.size() ? amountOfWord[w] : -1;
    }

    Amount amount(int index) {
        return amounts.get(index);
    }

    List<Amount> amounts() {
        return new ArrayList<>(amounts);
    }
}
