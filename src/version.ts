/** The version of the kit. The build puts the one of package.json in its place. */
declare const TRACK_SKILLS_VERSION: string;

export const VERSION: string = TRACK_SKILLS_VERSION;
