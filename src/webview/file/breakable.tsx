/** A name that may break after a dot or an underscore, as a narrow panel needs it. */
export const Breakable = ({ name }: { readonly name: string }) => (
  <bdi>
    {name.split(/(?<=[._])/).map((part, index) => (
      <>
        {index > 0 && <wbr />}
        {part}
      </>
    ))}
  </bdi>
);
