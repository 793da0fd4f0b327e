/** A fault that is not mended yet. */
interface Known {
  /** Matches what the plays say of it. */
  readonly sentence: RegExp;
  readonly reason: string;
}

/** Faults that the plays pass over until they are mended. */
export const known: readonly Known[] = [
  {
    sentence: / that was named only later$/,
    reason: 'A whole document goes to an agreed server that the settings name only after the user has acted.',
  },
  {
    sentence: /^the engine holds a second model that nothing shows$/,
    reason: 'A comparison that waits for another first model ends without releasing the second model before.',
  },
  {
    sentence: /^a position without a token is chosen$/,
    reason: 'The choice in a text that is no longer shown comes back once a model is loaded.',
  },
  {
    sentence: /, chosen in an earlier life of the engine$/,
    reason:
      'A token or position that was chosen while no model was in memory is not asked about once another needs the model.',
  },
  {
    sentence: /^an older text is shown than was read last$/,
    reason: 'An older inspection that ends takes the reading of a newer one with it.',
  },
  {
    sentence: /^the experiment \w+ waits for nothing, and was cancelled$/,
    reason: 'One that has waited and is cancelled before the model is there stays on the list of those that wait.',
  },
  {
    sentence: /^a text reads differently by now, which nothing says, since a newer one ended$/,
    reason:
      'An edit moves the text that is being inspected to the place of the one that is shown, which then counts as it.',
  },
  {
    sentence: /^all is said to be ready, and no text is shown, since a cancelled load was answered$/,
    reason: 'A load that is answered as it is cancelled takes the text away that was restored meanwhile.',
  },
  {
    sentence: /^all is said to be ready, and no text is shown, beside another model than the settings name$/,
    reason:
      'A model takes the text away that was chosen and left again while it was loaded: nothing is inspected anew.',
  },
  {
    sentence: /, since a patch was asked for$/,
    reason:
      'A patch takes the sentence away that the comparison of two texts has failed, and does not ask for it again.',
  },
  {
    sentence: /, since the settings went back unheard$/,
    reason: 'The settings named another model for a moment while an inspection was restored: nothing is asked anew.',
  },
  {
    sentence: /^(neighbours|prediction|scope) is asked twice at once$/,
    reason: 'Of several questions for one view one has failed, and the others are left under way.',
  },
  {
    sentence: /^\w+ is asked again although its answer is shown$/,
    reason: 'Another one was asked for meanwhile, whose answer is not wanted any more.',
  },
  {
    sentence: / that only a yes to a download let go$/,
    reason: 'A yes to a download counts as a yes to sending the text to an agreed server that is chosen by then.',
  },
];
